"""The hub: who subscribes to a feed is told when it changes (WebSub, W3C Recommendation of 23 January 2018)."""
