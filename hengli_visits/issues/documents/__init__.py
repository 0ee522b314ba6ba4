"""交办单 and 督办单 as files of a word processor."""
