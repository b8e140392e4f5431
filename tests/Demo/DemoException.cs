namespace EventTorrent.Demo;

/// <summary>The demo did not show what it should; the message is for a person.</summary>
internal sealed class DemoException(string message) : Exception(message);
