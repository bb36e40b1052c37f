"""What the exchange is proven by: the real Anki, and another reader of GIFT, in an environment of their own."""
