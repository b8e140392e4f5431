namespace EventTorrent.Api.Pictures;

/// <summary>A message holds no picture that we keep: trying again can't help, so it goes to the error queue at once, for a person.</summary>
internal sealed class RefusedPictureException(string message) : Exception(message);
