"""
What happened, told by device, session and unit of usage.

Raw events become *facts*: sessions, submissions whose every unit is traced back to the
operation it came from, obligations that were met or missed. Rules listen to facts and
say what should have been; nothing in here judges.
"""
