from pyld import jsonld as jsonld
