"""Pure text out: values in, a document back. Nothing here asks or writes anything."""
