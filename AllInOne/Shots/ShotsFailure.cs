namespace EventTorrent.AllInOne.Shots;

/// <summary>The command ends without pictures; the message is for a person.</summary>
internal sealed class ShotsFailure(string message) : Exception(message);
