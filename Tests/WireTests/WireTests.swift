// The first test of this module is yet to come.
