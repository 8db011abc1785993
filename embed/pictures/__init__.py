"""Fragments as pictures: badges and cards, as PNG with everything drawn and as SVG with real text."""
