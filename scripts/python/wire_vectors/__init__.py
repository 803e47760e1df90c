"""The cases of Protocols/vectors: which bytes and which acts are worth a vector or a transcript."""
