from pathlib import Path
def configuration(root): 
    return None
def remove(root): ...
