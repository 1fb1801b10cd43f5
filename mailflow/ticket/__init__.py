"""What a ticket is and becomes: which ticket a mail joins, what teams command, the lifecycle."""
