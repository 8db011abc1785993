"""The archive of censored text: nouns, cleaning, review, drawing, signing, store. Knows nothing of HTTP or HTML pages."""
