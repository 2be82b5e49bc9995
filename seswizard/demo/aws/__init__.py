"""The world's AWS over HTTP: SES v2 is our own, the rest is moto's, behind one gate that checks every call."""
