"""Risk (供电隐患): what is weak before anything happens: single points, common causes, N-1, reliability."""
