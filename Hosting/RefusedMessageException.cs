namespace EventTorrent.Hosting;

/// <summary>A message that is none of ours, whatever its name: trying again can't help, so it goes to the error queue at once.</summary>
public sealed class RefusedMessageException(string message) : Exception(message);
