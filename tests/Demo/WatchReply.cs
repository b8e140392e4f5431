namespace EventTorrent.Demo;

/// <summary>What a browser saw of a task, as <c>Web/app/test/support/watch-task.ts</c> says it.</summary>
/// <param name="FirstPictureS">From the click on "Watch" to a picture on the screen.</param>
/// <param name="Playing">While it played.</param>
/// <param name="Sought">Where a seek went, while it rested.</param>
/// <param name="Path">As the player's panel names it.</param>
/// <param name="Received">Over the data channel, as the panel says it.</param>
/// <param name="Requests">Paths of all that the page asked of the server.</param>
/// <param name="Problems">Errors in the page.</param>
internal sealed record WatchReply(
    double FirstPictureS,
    WatchReply.Frame Playing,
    WatchReply.Frame Sought,
    WatchReply.Shot Shown,
    string Path,
    string Received,
    IReadOnlyList<string> Requests,
    IReadOnlyList<string> Problems)
{
    /// <param name="Time">Of the frame, in seconds.</param>
    /// <param name="Rgb">Its pixels, scaled down: three bytes each, by rows.</param>
    internal sealed record Frame(double Time, byte[] Rgb);

    /// <summary>The screenshot.</summary>
    /// <param name="Box">Where in it the picture is: left, top, width and height.</param>
    /// <param name="From">Time of the video just before it was made, in seconds.</param>
    /// <param name="To">Just after.</param>
    internal sealed record Shot(IReadOnlyList<int> Box, double From, double To);
}
