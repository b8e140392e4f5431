using System.Globalization;
using System.Text.Json;
using EventTorrent.Contracts;

namespace EventTorrent.TestKit;

/// <summary>
/// Writes a cluster's history down while it runs: a queue of its own keeps what is said on the bus, and triggers in the
/// database keep every committed change of a work item. Both outlive whatever is killed, as nobody has to listen.
/// </summary>
public sealed class HistoryRecorder(LocalCluster cluster)
{
    private const string Queue = "history";
    private const int BatchSize = 2_000;
    private static readonly string[] Messages = [nameof(StepStarted), nameof(StepCompleted), nameof(StepFailed), nameof(StepYielded), nameof(ScreenshotStored)];

    private readonly List<History.Report> _reports = [];

    /// <summary>Begins; before the first submission.</summary>
    public static async Task<HistoryRecorder> StartAsync(LocalCluster cluster, CancellationToken cancellationToken)
    {
        await cluster.Bus.BindAsync(Queue, Messages.Select(name => $"{typeof(StepStarted).Namespace}:{name}"), cancellationToken);
        await cluster.Database.ExecuteAsync(
            """
            CREATE TABLE history_items (
                id bigint GENERATED ALWAYS AS IDENTITY, task_id uuid, step text, index int, state text, lease int, worker text,
                file_index int, stored_bits bigint, promised_bits bigint);
            CREATE FUNCTION record_item() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO history_items (task_id, step, index, state, lease, worker, file_index, stored_bits, promised_bits)
                VALUES (NEW.task_id, NEW.step, NEW.index, NEW.state, NEW.lease, NEW.worker, NEW.file_index, NEW.stored_bits, NEW.promised_bits);
                RETURN NULL;
            END $$;
            CREATE TRIGGER record_item AFTER INSERT OR UPDATE OF state, lease, worker, file_index, stored_bits, promised_bits ON work_items
            FOR EACH ROW EXECUTE FUNCTION record_item();
            """,
            cancellationToken);
        return new HistoryRecorder(cluster);
    }

    /// <summary>All that happened so far.</summary>
    /// <param name="busIsWhole">Whether the broker was never killed.</param>
    public async Task<History> CollectAsync(bool busIsWhole, CancellationToken cancellationToken)
    {
        await DrainAsync(cancellationToken);
        return new History
        {
            BusIsWhole = busIsWhole,
            Reports = [.. _reports],
            DeadLetters = await cluster.Bus.CountDeadLettersAsync(cancellationToken),
            Tasks = await cluster.Database.ReadAsync(
                "SELECT infohash, state, failure_kind FROM tasks ORDER BY created_at",
                row => new History.Task(row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2)),
                cancellationToken),
            Changes = await cluster.Database.ReadAsync(
                """
                SELECT t.infohash, h.index, h.state, h.lease, h.worker, h.file_index, h.stored_bits, h.promised_bits, h.step
                FROM history_items h JOIN tasks t ON t.id = h.task_id ORDER BY h.id
                """,
                row => new History.ItemChange(
                    row.GetString(0), row.GetInt32(1), row.GetString(2), row.GetInt32(3), row.IsDBNull(4) ? null : row.GetString(4),
                    row.IsDBNull(5) ? null : row.GetInt32(5), row.GetInt64(6), row.IsDBNull(7) ? null : row.GetInt64(7)) { Step = row.GetString(8) },
                cancellationToken),
            Timeline = await cluster.Database.ReadAsync(
                "SELECT t.infohash, l.to_state, l.lease FROM timeline l JOIN tasks t ON t.id = l.task_id ORDER BY l.id",
                row => new History.TimelineRow(row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetInt32(2)),
                cancellationToken),
            Pictures = await cluster.Database.ReadAsync(
                "SELECT t.infohash, s.file_index, s.index, s.length_bytes FROM screenshots s JOIN tasks t ON t.id = s.task_id",
                row => new History.Picture(row.GetString(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3)),
                cancellationToken),
            Files = ListFiles(cluster.PicturesDirectory),
        };
    }

    /// <summary>Files that are whole; one that a kill left unfinished has another name.</summary>
    private static List<History.Picture> ListFiles(string directory) => !Directory.Exists(directory)
        ? []
        : [.. Directory.EnumerateFiles(directory, "*.jpg", SearchOption.AllDirectories).Select(path =>
        {
            var names = Path.GetRelativePath(directory, path).Split('/');
            return new History.Picture(names[0], Number(names[1]), Number(Path.GetFileNameWithoutExtension(names[2])), new FileInfo(path).Length);
        })];

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> bodies;
        do
        {
            bodies = await cluster.Bus.TakeAsync(Queue, BatchSize, cancellationToken);
            _reports.AddRange(bodies.Select(Read));
        }
        while (bodies.Count > 0);
    }

    private static History.Report Read(string body)
    {
        var envelope = JsonElement.Parse(body);
        var message = envelope.GetProperty("message");
        var report = new History.Report(
            envelope.GetProperty("messageType")[0].GetString()!.Split(':')[^1],
            message.GetProperty("infohash").GetString()!,
            message.GetProperty("item").GetInt32(),
            message.GetProperty("lease").GetInt32(),
            message.TryGetProperty("worker", out var worker) ? worker.GetString() : null);
        return message.TryGetProperty("step", out var step) ? report with { Step = step.GetString()! } : report;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
