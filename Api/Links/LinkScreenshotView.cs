namespace EventTorrent.Api.Links;

/// <summary>One picture in a <see cref="LinkView"/>.</summary>
/// <param name="Time">Whole seconds from the start of the video.</param>
/// <param name="Screenshot">Where it is, with scheme and host.</param>
internal sealed record LinkScreenshotView(long Time, string Screenshot);
