"""What three runs told when these files were written; ``update.py`` writes them anew."""
