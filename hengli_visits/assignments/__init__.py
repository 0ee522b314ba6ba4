"""Who visits whom: the targets of a campaign, given to groups and visitors; what became of each."""
