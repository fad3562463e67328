"""Speed as ratios against a baseline in the same run; ``python -m bench`` prints them with must, met or missed."""
