using System.Diagnostics;

namespace EventTorrent.Demo;

/// <summary>Tells a person what happens, each line with the seconds since the demo began.</summary>
internal sealed class Narrator(TextWriter output)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly DateTimeOffset _startedAt = TimeProvider.System.GetUtcNow();

    public TimeSpan Now => _clock.Elapsed;

    public void Say(string text) => Say(Now, text);

    /// <summary>What happened a moment ago, by the clock of this machine.</summary>
    public void Say(DateTimeOffset at, string text) => Say(at - _startedAt, text);

    /// <summary>How it goes, below what was said before.</summary>
    public void Detail(string text) => Say("   " + text);

    public void Title(string text)
    {
        output.WriteLine();
        output.WriteLine(text);
    }

    public void Row(string name, string value) => output.WriteLine($"  {name,-18}{value}");

    private void Say(TimeSpan at, string text) => output.WriteLine(FormattableString.Invariant($"{at.TotalSeconds,6:0.0} s  {text}"));
}
