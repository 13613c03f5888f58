// The first file of this module is yet to come.
