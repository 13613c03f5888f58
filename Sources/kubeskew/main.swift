print("kubeskew")
