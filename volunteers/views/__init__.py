"""One module for whose data it is (also opened by coordinators in charge), one for the coordinators' list."""
