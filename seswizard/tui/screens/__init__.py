"""The screens, one file each; `registry` says which step is shown by which, and loads it when first opened."""
