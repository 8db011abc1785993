"""The archive of censored text: nouns, cleaning, review, drawing, signing, store. Knows no HTTP and no pages."""
