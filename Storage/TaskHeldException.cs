namespace EventTorrent.Storage;

/// <summary>Somebody else holds the rows of a task for longer than the caller may wait. Nothing has changed; try again later.</summary>
public sealed class TaskHeldException(Exception cause) : Exception("The rows of the task are held by another transaction.", cause);
