"""What everyone may see: pages, builder, embeds. No cookie, no session, no secret, no write to the archive."""
