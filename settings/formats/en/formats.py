"""Times as the log and the API write them, to the second: events are compared by them."""

DATETIME_FORMAT = "Y-m-d H:i:s"
