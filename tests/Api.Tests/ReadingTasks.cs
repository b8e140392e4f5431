using System.Net;
using System.Text.Json.Nodes;
using EventTorrent.Contracts;
using EventTorrent.Storage.Model;

namespace EventTorrent.Api.Tests;

public sealed class ReadingTasks
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_task_is_shown_whole()
    {
        await using var host = await ApiHost.StartAsync();
        var task = ApiHost.NewTask(Infohashes.One, Start);
        task.CurrentState = nameof(TaskState.Screenshotting);
        (task.Version, task.Name, task.SizeBytes, task.HasMetadata, task.BytesFetched) = (7, "<b>name</b>", 5_000, true, 2_100);
        (task.StartedAt, task.FirstShotAt) = (Start.AddSeconds(1), Start.AddSeconds(4.5));
        task.Items.Add(new WorkItem
        {
            State = WorkItemState.Running, FileIndex = 2, Shots = 4, StoredBits = 0b101, Progress = 0.5, DownBytesPerSecond = 900, Peers = 3,
            BytesNeeded = 2_000, Container = "mp4", Codec = "avc1", Duration = TimeSpan.FromSeconds(90.5), CreatedAt = Start, FetchedMap = [0, 7, 255],
        });
        task.Files.Add(new TaskFile { Index = 2, Path = "a/b.mp4", LengthBytes = 4_900, Selected = true });
        task.Files.Add(new TaskFile { Index = 1, Path = "read.me", LengthBytes = 100 });
        task.Screenshots.Add(new StoredScreenshot
        {
            FileIndex = 2, Index = 1, WantedAt = TimeSpan.FromSeconds(30), TakenAt = TimeSpan.FromSeconds(28.028), Width = 640, Height = 360,
            Verified = true, LengthBytes = 1234, StoredAt = Start,
        });
        await host.AddAsync(task);

        var shown = await host.GetAsync($"/tasks/{Infohashes.One}");

        Assert.Equal(
            JsonNode.Parse("""
            {"infohash":"c334138ef5bfc2d568ea7324e0e2a3a7ec229bdd","status":"working","state":"Screenshotting","version":7,"name":"<b>name</b>","size_bytes":5000,"progress":0.5,"download":null,"transcodes":[],"webhooks":[],
            "files":[{"index":1,"path":"read.me","size_bytes":100,"is_video":false,"selected":false,"container":null,"codec":null,"duration_s":null,"state":null,"progress":null,"map":null,"streams":[]},
            {"index":2,"path":"a/b.mp4","size_bytes":4900,"is_video":true,"selected":true,"container":"mp4","codec":"avc1","duration_s":90.5,"state":"running","progress":0.5,"map":"AAf/","streams":[]}],
            "screenshots":[{"file":2,"index":1,"time_s":30,"keyframe_time_s":28.028,"width":640,"height":360,"verified":true,"size_bytes":1234,"url":"/tasks/c334138ef5bfc2d568ea7324e0e2a3a7ec229bdd/screenshots/2/1.jpg?v=1767225600000"}],
            "want":"screenshots","shots":10,"priority":0,"bytes_needed":2000,"time_to_first_shot_ms":3500,"started_at":"2026-01-01T00:00:01+00:00","ended_at":null,
            "shots_stored":2,"shots_wanted":4,"bytes_fetched":2100,"down_bytes_per_second":900,"peers":3,"failure":null,"created_at":"2026-01-01T00:00:00+00:00","updated_at":"2026-01-01T00:00:00+00:00",
            "up_bytes_per_second":0,"seeds":0,"remaining_s":null,"reason":null}
            """)!.ToJsonString(),
            shown.ToJsonString());
        Assert.Equal(shown["files"]!.ToJsonString(), (await host.GetAsync($"/tasks/{Infohashes.One}/files")).ToJsonString());
        Assert.Equal(shown["screenshots"]!.ToJsonString(), (await host.GetAsync($"/tasks/{Infohashes.One}/screenshots")).ToJsonString());
    }

    [Fact]
    public async Task A_download_is_shown_with_what_it_waits_for()
    {
        await using var host = await ApiHost.StartAsync();
        var task = ApiHost.NewTask(Infohashes.One, Start);
        (task.CurrentState, task.Wants, task.HasMetadata) = (nameof(TaskState.Downloading), Wants.Stream, true);
        task.Items.Add(new WorkItem
        {
            Step = Step.Download, State = WorkItemState.Running, BoundVolume = "v1", DoneBytes = 250, TotalBytes = 1000, BytesFetchedEarlier = 90, BytesFetched = 200, WastedBytes = 5,
            UpBytesPerSecond = 7, Seeds = 2, Remaining = TimeSpan.FromSeconds(90), Stall = "No peer can be reached.", CreatedAt = Start, FetchedMap = [255, 0],
        });
        await host.AddAsync(task);

        var shown = await host.GetAsync($"/tasks/{Infohashes.One}");

        Assert.Equal("""{"state":"running","volume":"v1","done_bytes":250,"total_bytes":1000,"bytes_fetched":290,"wasted_bytes":5,"map":"/wA="}""", shown["download"]!.ToJsonString());
        Assert.Equal(("stream", 0.25, 90, "No peer can be reached."), ((string?)shown["want"], (double)shown["progress"]!, (double)shown["remaining_s"]!, (string?)shown["reason"]));
    }

    [Fact]
    public async Task A_transcoding_is_shown_with_its_parts_and_the_time_that_it_will_take()
    {
        await using var host = await ApiHost.StartAsync();
        var task = ApiHost.NewTask(Infohashes.One, Start);
        (task.CurrentState, task.Wants, task.HasMetadata) = (nameof(TaskState.Transcoding), Wants.Stream, true);
        task.Items.Add(new WorkItem
        {
            Step = Step.Transcode, State = WorkItemState.Waiting, FileIndex = 2, Parts = 4, Lease = 1, Worker = "a", CreatedAt = Start,
            Container = "matroska", Duration = TimeSpan.FromSeconds(60),
            Streams =
            [
                new MediaStream("video", "hevc", 3840, 2160, 23.976, 10, "pq", null, null, 18_000_000, null),
                new MediaStream("audio", "eac3", null, null, null, null, null, 6, 48_000, null, "de"),
            ],
        });
        task.Files.Add(new TaskFile { Index = 2, Path = "a.mkv", LengthBytes = 4_900, Selected = true });
        for (var part = 0; part < 4; part++)
        {
            task.Items.Add(new WorkItem
            {
                Step = Step.Transcode, Index = 1 + part, FileIndex = 2, Part = part, Parts = 4, Lease = part == 1 ? 2 : 1, Worker = part < 3 ? "b" : null, CreatedAt = Start,
                State = part == 0 ? WorkItemState.Done : part < 3 ? WorkItemState.Running : WorkItemState.Queued,
                Progress = part switch { 0 => 1, 1 or 2 => 0.5, _ => null }, Speed = part is 1 or 2 ? 2.5 : null, Remaining = part is 1 or 2 ? TimeSpan.FromSeconds(10) : null,
            });
        }

        await host.AddAsync(task);

        var shown = await host.GetAsync($"/tasks/{Infohashes.One}");

        Assert.Equal(5, shown["transcodes"]!.AsArray().Count);
        Assert.Equal(
            """{"file":2,"part":1,"parts":4,"state":"running","worker":"b","lease":2,"progress":0.5,"speed":2.5,"remaining_s":10}""",
            shown["transcodes"]![2]!.ToJsonString());
        Assert.Equal(
            """
            {"index":2,"path":"a.mkv","size_bytes":4900,"is_video":true,"selected":true,"container":"matroska","codec":null,"duration_s":60,"state":null,"progress":null,"map":null,"streams":[
            {"kind":"video","codec":"hevc","width":3840,"height":2160,"frames_per_second":23.976,"bit_depth":10,"dynamic_range":"pq","channels":null,"sample_rate":null,"bits_per_second":18000000,"language":null},
            {"kind":"audio","codec":"eac3","width":null,"height":null,"frames_per_second":null,"bit_depth":null,"dynamic_range":null,"channels":6,"sample_rate":48000,"bits_per_second":null,"language":"de"}]}
            """.ReplaceLineEndings(""),
            shown["files"]![0]!.ToJsonString());
        // Two parts are left, half of which is done in 10 s.
        Assert.Equal((0.4, 20), ((double)shown["progress"]!, (double)shown["remaining_s"]!));
    }

    [Theory]
    [InlineData("Pending", null, false, "pending")]
    [InlineData("Paused", null, false, "pending")]
    [InlineData("Fetching", null, false, "working")]
    [InlineData("Screenshotting", "PieceTimeout", false, "working")]
    [InlineData("Fetching", "MetadataTimeout", true, "recoverable_failure")]
    [InlineData("Pending", "WorkerLost", true, "recoverable_failure")]
    [InlineData("Completed", "PieceTimeout", false, "success")]
    [InlineData("Playable", null, false, "success")]
    [InlineData("Failed", "MetadataTimeout", false, "recoverable_failure")]
    [InlineData("Failed", "NoVideoFile", false, "permanent_failure")]
    [InlineData("Failed", null, false, "permanent_failure")]
    public async Task The_status_of_the_original_scheduler_is_told_and_found(string state, string? failure, bool waits, string status)
    {
        await using var host = await ApiHost.StartAsync();
        var task = ApiHost.NewTask(Infohashes.One, Start);
        task.CurrentState = state;
        task.FailureKind = failure is null ? null : Enum.Parse<FailureKind>(failure);
        task.Items.Add(new WorkItem { State = waits ? WorkItemState.Waiting : WorkItemState.Running, DueAt = Start.AddMinutes(1), CreatedAt = Start });
        await host.AddAsync(task);

        var shown = await host.GetAsync($"/tasks/{Infohashes.One}");

        Assert.Equal(status, (string?)shown["status"]);
        Assert.Equal(waits ? "2026-01-01T00:01:00+00:00" : null, (string?)shown["failure"]?["retry_at"]);
        foreach (var asked in new[] { "pending", "working", "success", "recoverable_failure", "permanent_failure" })
        {
            Assert.Equal(asked == status ? 1 : 0, (await host.GetAsync($"/tasks/?status={asked}"))["tasks"]!.AsArray().Count);
        }
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("&sort=-created_at", true)]
    [InlineData("&sort=created_at", false)]
    [InlineData("&sort=-updated_at", true)]
    [InlineData("&sort=name", false)]
    public async Task Pages_follow_each_other_without_gap_or_repeat(string sort, bool isDescending)
    {
        await using var host = await ApiHost.StartAsync();
        // Five come at each instant and have each name: the infohash decides between them.
        var tasks = Enumerable.Range(0, 25).Select(number =>
        {
            var task = ApiHost.NewTask(Infohashes.Numbered(number), Start.AddSeconds(number / 5));
            task.Name = number < 5 ? null : $"name {number / 5}";
            return task;
        });
        await host.AddAsync([.. tasks]);

        var seen = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await host.GetAsync($"/tasks/?limit=4{sort}&cursor={cursor}");
            Assert.InRange(page["tasks"]!.AsArray().Count, 1, 4);
            seen.AddRange(page["tasks"]!.AsArray().Select(task => (string)task!["infohash"]!));
            cursor = (string?)page["next_cursor"];
        }

        var expected = Enumerable.Range(0, 25).Select(Infohashes.Numbered).ToList();
        if (isDescending)
        {
            expected.Reverse();
        }

        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task A_list_is_filtered_by_state_and_searched_by_name_or_infohash()
    {
        await using var host = await ApiHost.StartAsync();
        var (first, second) = (ApiHost.NewTask(Infohashes.One, Start), ApiHost.NewTask(Infohashes.Other, Start));
        (first.Name, first.CurrentState) = ("Sintel 100% [4K]_x", nameof(TaskState.Failed));
        (second.Name, second.CurrentState) = ("Tears of Steel 1000", nameof(TaskState.Completed));
        await host.AddAsync(first, second);

        Assert.Equal([Infohashes.One], await FoundAsync("state=failed"));
        Assert.Equal([Infohashes.One, Infohashes.Other], (await FoundAsync("state=Failed,Completed")).OrderDescending());
        Assert.Equal([Infohashes.One], await FoundAsync("q=SINTEL"));
        Assert.Equal([Infohashes.One], await FoundAsync("q=100%25"));
        Assert.Equal([Infohashes.One], await FoundAsync("q=_x"));
        Assert.Equal([Infohashes.Other], await FoundAsync("q=AAD050"));
        Assert.Empty(await FoundAsync("q=nothing"));
        Assert.Empty(await FoundAsync("q='%20OR%201=1--"));

        async Task<List<string>> FoundAsync(string query) =>
            [.. (await host.GetAsync($"/tasks/?{query}"))["tasks"]!.AsArray().Select(task => (string)task!["infohash"]!)];
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=ten")]
    [InlineData("state=Nowhere")]
    [InlineData("status=done")]
    [InlineData("sort=size")]
    [InlineData("cursor=x")]
    [InlineData("cursor=bnVsbA")]
    [InlineData("cursor=WyItY3JlYXRlZF9hdCIsIjk5OTk5OTk5OTk5OTk5OTk5OTk5IiwiYyJd")]
    public async Task A_question_that_makes_no_sense_is_refused(string query)
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await host.Client.GetAsync($"/tasks/?{query}", ApiHost.Token);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("urn:eventtorrent:error:invalid-query", await ApiHost.ProblemTypeAsync(answer));
        Assert.Empty(host.Log.Alarms);
    }

    [Theory]
    [InlineData("", "unknown-task", HttpStatusCode.NotFound)]
    [InlineData("/files", "unknown-task", HttpStatusCode.NotFound)]
    [InlineData("/swarm", "unknown-task", HttpStatusCode.NotFound)]
    [InlineData("/timeline", "unknown-task", HttpStatusCode.NotFound)]
    [InlineData("/screenshots", "unknown-task", HttpStatusCode.NotFound)]
    public async Task An_unknown_task_is_404(string part, string type, HttpStatusCode status)
    {
        await using var host = await ApiHost.StartAsync();

        var unknown = await host.Client.GetAsync($"/tasks/{Infohashes.One}{part}", ApiHost.Token);
        var invalid = await host.Client.GetAsync($"/tasks/%2e%2e%2fetc{part}", ApiHost.Token);

        Assert.Equal((status, HttpStatusCode.BadRequest), (unknown.StatusCode, invalid.StatusCode));
        Assert.Equal($"urn:eventtorrent:error:{type}", await ApiHost.ProblemTypeAsync(unknown));
    }

    [Fact]
    public async Task The_swarm_is_that_of_those_who_are_at_work()
    {
        await using var host = await ApiHost.StartAsync();
        var task = ApiHost.NewTask(Infohashes.One, Start);
        SwarmTracker[] trackers = [new("udp://one.example:80", "failed", null, null, "No."), new("http://two.example", "working", 5, 3, "")];
        for (var index = 0; index < 3; index++)
        {
            task.Items.Add(new WorkItem
            {
                Index = index, State = index == 2 ? WorkItemState.Waiting : WorkItemState.Running, CreatedAt = Start, Trackers = trackers,
                SwarmPeers = [.. Enumerable.Range(0, 40).Select(number => new SwarmPeer($"Client {index}", 1, (1000 * index) + number, 7, number == 39 ? "seed,utp" : ""))],
            });
        }

        await host.AddAsync(task);

        var swarm = await host.GetAsync($"/tasks/{Infohashes.One}/swarm");

        Assert.Equal(50, swarm["peers"]!.AsArray().Count);
        Assert.Equal(
            """{"client":"Client 1","progress":1,"down_bytes_per_second":1039,"up_bytes_per_second":7,"traits":["seed","utp"]}""", swarm["peers"]![0]!.ToJsonString());
        Assert.Equal(("Client 0", 0), ((string?)swarm["peers"]![49]!["client"], swarm["peers"]![49]!["traits"]!.AsArray().Count));
        Assert.Equal(
            """
            [{"server":"udp://one.example:80","state":"failed","seeds":null,"peers":null,"message":"No."},{"server":"http://two.example","state":"working","seeds":5,"peers":3,"message":""}]
            """.Trim(),
            swarm["trackers"]!.ToJsonString());
    }

    [Fact]
    public async Task The_timeline_and_the_queue_are_shown()
    {
        await using var host = await ApiHost.StartAsync();
        await host.PostAsync(("infohash", Infohashes.One));

        var entry = Assert.Single((await host.GetAsync($"/tasks/{Infohashes.One}/timeline")).AsArray());
        var size = await host.GetAsync("/tasks/queue/size");

        Assert.Equal(("Pending", "Submitted"), ((string?)entry!["to_state"], (string?)entry["cause"]));
        Assert.IsAssignableFrom<JsonValue>(size);
        Assert.Equal(1, (int)size);
    }
}
