namespace EventTorrent.Benchmarks;

/// <summary>How much is measured; 0 leaves it to the bench.</summary>
internal readonly record struct Amount(int Repetitions, int Megabytes);
