"""Resources that are declared, read and written: fields, depth, filters, nested writes."""
