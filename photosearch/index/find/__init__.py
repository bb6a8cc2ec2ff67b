"""What a query finds: its filter, the nearest photos, words beside them, and the hits.

columns     what filters ask, in memory    filters     a filter to ids
library     facts for reading a query      answer      a reading to ids and scores
hits        ids and scores to hits         searches    the searches of `PhotoIndex`
"""
