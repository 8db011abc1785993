"""The collection shipped with the project: 28 banned passages in translations written for it; data only, no code."""
