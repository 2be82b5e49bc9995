"""What a mail's own header fields say about its journey: who checked what, what aligned, what was changed."""
