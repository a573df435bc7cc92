"""Faults: `hosts` are the programs that run, `kills` ends them at random moments, `trouble` breaks the disk and the network around them."""
