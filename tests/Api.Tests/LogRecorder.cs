using System.Collections.Concurrent;

namespace EventTorrent.Api.Tests;

/// <summary>Keeps every line of the log.</summary>
internal sealed class LogRecorder : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text, Exception? Exception)> _lines = new();

    public string Text => string.Join('\n', _lines.Select(line => $"{line.Text} {line.Exception}"));

    /// <summary>Lines that an operator would have to look at.</summary>
    public IReadOnlyList<string> Alarms =>
        [.. _lines.Where(line => line.Level >= LogLevel.Error || line.Exception is not null).Select(line => $"{line.Text} {line.Exception}")];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, formatter(state, exception), exception));

    public void Dispose()
    {
    }
}
