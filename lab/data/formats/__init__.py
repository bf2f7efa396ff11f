"""Images with labels as others keep them: lines of pixels, NumPy archives, folders of pictures."""
