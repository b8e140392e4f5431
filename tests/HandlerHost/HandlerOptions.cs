using System.ComponentModel.DataAnnotations;

namespace EventTorrent.HandlerHost;

/// <summary>What the handler of the test does. Section <c>Handler</c>.</summary>
public sealed class HandlerOptions
{
    public const string Section = "Handler";

    public HandlerKind Kind { get; set; }

    [Range(1, 100)]
    public int Slots { get; set; } = 1;

    public TimeSpan Time { get; set; } = TimeSpan.FromMilliseconds(100);
}
