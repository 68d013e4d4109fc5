"""What the store speaks over HTTP, as one OpenAPI document and a page that shows it."""
