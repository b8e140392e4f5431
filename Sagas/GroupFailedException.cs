namespace EventTorrent.Sagas;

/// <summary>A message was handled together with others, and nothing of it was kept because one of them failed.</summary>
public sealed class GroupFailedException(Exception cause) : Exception($"A message of the group failed: {cause.Message}", cause);
