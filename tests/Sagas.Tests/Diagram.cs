using System.Diagnostics.Metrics;
using EventTorrent.Contracts;
using EventTorrent.TestKit;
using Microsoft.Extensions.Options;

namespace EventTorrent.Sagas.Tests;

/// <summary>The picture of the states in docs/architecture.md.</summary>
public sealed class Diagram
{
    /// <summary>More messages than these on an arrow can't be read: they are the reports of workers, and a wish that widens the task.</summary>
    private const int MaxNames = 2;

    [Fact]
    public void Of_the_page_is_that_of_the_machine()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var machine = new TorrentTaskMachine(
            new TaskRules(new SagaOptions(), TimeProvider.System), new StreamExpiry(Options.Create(new RetentionOptions()), TimeProvider.System),
            new SagaMetrics(services.GetRequiredService<IMeterFactory>()), TimeProvider.System);
        var transitions = new Transitions();
        machine.Accept(transitions);

        var (page, code) = GeneratedDocument.Compare("docs/architecture.md", "states", Draw(transitions));

        Assert.Contains("Transcoding --> Playable", code, StringComparison.Ordinal);
        Assert.All(Enum.GetNames<TaskState>(), state => Assert.Contains(state, code, StringComparison.Ordinal));
        Assert.True(page == code, $"{GeneratedDocument.ApproveVariable}=1 writes it anew:\n{code}");
    }

    /// <summary>An arrow for each pair of states, with the messages that may lead from one to the other.</summary>
    private static string Draw(Transitions transitions)
    {
        var arrows = transitions.All
            .GroupBy(transition => (transition.From, transition.To), transition => transition.Event)
            .OrderBy(arrow => Place(arrow.Key.From)).ThenBy(arrow => Place(arrow.Key.To))
            .Select(arrow => $"    {arrow.Key.From} --> {arrow.Key.To}: {Name([.. arrow.Order(StringComparer.Ordinal)])}\n");
        return $"```mermaid\nstateDiagram-v2\n    [*] --> Pending: POST /tasks/\n{string.Concat(arrows)}```\n";
    }

    private static string Name(List<string> messages) => messages.Count <= MaxNames ? string.Join(", ", messages) : "reports";

    private static int Place(string state) => (int)Enum.Parse<TaskState>(state);
}
