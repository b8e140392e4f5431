using System.Text.RegularExpressions;

namespace EventTorrent.Architecture.Tests;

/// <summary>What the text of the product's code may not hold.</summary>
public sealed partial class Sources
{
    private const int MaxProgramLines = 25;
    private const int MaxFileLines = 500;
    private static readonly string[] SourcePatterns = ["*.cs", "*.cpp", "*.h", "*.sh", "*.ts", "*.tsx", "*.mjs"];

    [Fact]
    public void Only_Storage_holds_SQL() => OnlyIn("Storage", Sql());

    /// <summary>ADR 11: the embedded service runs a node beside it.</summary>
    [Fact]
    public void Only_Media_starts_processes_and_AllInOne_its_node() =>
        Rule.HasNoViolations(
            "Media starts ffmpeg, and AllInOne the node; nobody else starts anything:",
            Repository.ProductSources.Where(file => file.Project != "Media" && file.Path != "AllInOne/Nodes/NodeProcess.cs")
                .SelectMany(file => file.Find(Processes())));

    [Fact]
    public void Only_Torrents_calls_native_code() => OnlyIn("Torrents", NativeCalls());

    /// <summary>Whoever else writes the row leaves its state alone: in C#, and in SQL, which stands in texts.</summary>
    [Fact]
    public void Only_Sagas_changes_the_state_of_a_task() =>
        Rule.HasNoViolations(
            "That is for Sagas alone:",
            Repository.ProductSources.Where(file => file.Project != "Sagas").SelectMany(file => file.Find(StateChange()).Concat(
                from match in StateInSql().Matches(file.Text) select file.Describe(match.Index))));

    [Fact]
    public void No_wait_blocks_a_thread() => Nowhere("Await instead:", BlockingWaits());

    [Fact]
    public void No_method_is_async_void() => Nowhere("What an async void method throws ends the process:", AsyncVoid());

    [Fact]
    public void Time_comes_from_TimeProvider() => Nowhere("Take a TimeProvider, so that tests own the clock:", SystemClock());

    [Fact]
    public void Process_arguments_are_a_list() => Nowhere("ArgumentList, never a text that a shell or a parser takes apart:", ArgumentText());

    [Fact]
    public void Nothing_is_unfinished() => Nowhere("Left for later:", Unfinished());

    [Fact]
    public void Program_files_are_short() =>
        Rule.HasNoViolations(
            $"Registration goes to <Project>Registration.cs; Program.cs has at most {MaxProgramLines} lines:",
            from file in Repository.ProductSources
            where Path.GetFileName(file.Path) == "Program.cs" && Lines(file.Text) > MaxProgramLines
            select $"{file.Path}: {Lines(file.Text)} lines");

    [Fact]
    public void Files_are_short() =>
        Rule.HasNoViolations(
            $"A file has at most {MaxFileLines} lines:",
            from pattern in SourcePatterns
            from path in Repository.Files(pattern)
            let lines = Lines(File.ReadAllText(Repository.FullPath(path)))
            where lines > MaxFileLines
            select $"{path}: {lines} lines");

    [Fact]
    public void TypeScript_has_no_any() => NowhereInTypeScript("Take unknown, and look at what came:", Any());

    [Fact]
    public void TypeScript_silences_no_check() => NowhereInTypeScript("Say it in types:", SilencedCheck());

    [Fact]
    public void TypeScript_exports_by_name() => NowhereInTypeScript("One thing, one name:", DefaultExport());

    [Fact]
    public void Text_reaches_a_page_as_text() => NowhereInTypeScript("Names come from torrents; use textContent:", Markup());

    [Fact]
    public void Log_messages_have_ids_that_are_unique_in_their_project() =>
        Rule.HasNoViolations(
            "[LoggerMessage(id, ...)] with an id of its own:",
            from file in Repository.ProductSources
            from match in LoggerMessage().Matches(file.Code)
            group (Id: match.Groups["id"].Value, Place: file.Describe(match.Index)) by (file.Project, Id: match.Groups["id"].Value) into used
            where used.Key.Id.Length == 0 || used.Count() > 1
            from one in used
            select one.Place);

    /// <summary>
    /// A publish without a token may wait for ever for a confirm that nobody sends, and keep its endpoint from coming back.
    /// The activities of a state machine (a lambda that makes the message) have no place for one; the filter on every
    /// endpoint ends their wait.
    /// </summary>
    [Fact]
    public void Every_publish_and_send_carries_a_token() =>
        Rule.HasNoViolations(
            "Publish and Send on the bus take a CancellationToken:",
            from file in Repository.ProductSources
            where UsesTheBus().IsMatch(file.Code)
            from match in BusCall().Matches(file.Code)
            let arguments = Arguments(file.Code, match.Index + match.Length)
            where !Token().IsMatch(arguments) && !(IsStateMachine().IsMatch(file.Code) && Lambda().IsMatch(arguments))
            select file.Describe(match.Index));

    private static void OnlyIn(string project, Regex pattern) =>
        Rule.HasNoViolations(
            $"That is for {project} alone:",
            Repository.ProductSources.Where(file => file.Project != project).SelectMany(file => file.Find(pattern)));

    private static void Nowhere(string rule, Regex pattern) =>
        Rule.HasNoViolations(rule, Repository.ProductSources.SelectMany(file => file.Find(pattern)));

    private static void NowhereInTypeScript(string rule, Regex pattern) =>
        Rule.HasNoViolations(
            rule,
            from path in Repository.Files("*.ts").Concat(Repository.Files("*.tsx"))
            let file = new SourceFile(path, File.ReadAllText(Repository.FullPath(path)), "")
            from match in pattern.Matches(file.Text)
            select file.Describe(match.Index));

    private static int Lines(string text) => text.AsSpan().TrimEnd().Count('\n') + 1;

    /// <summary>What stands between the parenthesis before <paramref name="start"/> and the one that closes it.</summary>
    private static string Arguments(string code, int start)
    {
        var end = start;
        for (var depth = 1; end < code.Length; end++)
        {
            depth += code[end] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
            {
                break;
            }
        }

        return code[start..end];
    }

    [GeneratedRegex(@"\b(FromSql|ExecuteSql|SqlQuery)(Raw|Interpolated)?(Async)?\b|\bDbCommand\b")]
    private static partial Regex Sql();

    [GeneratedRegex(@"\bProcessStartInfo\b|\bProcess\s*\.\s*Start\b|\bnew\s+Process\b")]
    private static partial Regex Processes();

    [GeneratedRegex(@"\b(LibraryImport|DllImport|NativeLibrary|UnmanagedCallersOnly)\b")]
    private static partial Regex NativeCalls();

    [GeneratedRegex(@"\bCurrentState\s*=(?!=)|\bSetProperty\(\s*\w+\s*=>\s*\w+\.CurrentState\b")]
    private static partial Regex StateChange();

    [GeneratedRegex(@"\bUPDATE\s+tasks\b[^;""]*?\bSET\b[^;""]*?\bstate\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex StateInSql();

    [GeneratedRegex(@"\.Result\b(?!\s*\()|\.Wait\(|\.GetAwaiter\(\)\s*\.GetResult\(|\bThread\.Sleep\(")]
    private static partial Regex BlockingWaits();

    [GeneratedRegex(@"\basync\s+void\b")]
    private static partial Regex AsyncVoid();

    [GeneratedRegex(@"\bDateTime(Offset)?\s*\.\s*(Utc)?(Now|Today)\b")]
    private static partial Regex SystemClock();

    [GeneratedRegex(@"\.\s*Arguments\s*=(?!=)|\bnew\s+ProcessStartInfo\s*\([^)]*,")]
    private static partial Regex ArgumentText();

    [GeneratedRegex(@"(:|<|,|\||&|=|\bas)\s*any\b(?!\s*\()")]
    private static partial Regex Any();

    [GeneratedRegex(@"@ts-(ignore|expect-error|nocheck)\b")]
    private static partial Regex SilencedCheck();

    [GeneratedRegex(@"\bexport\s+default\b")]
    private static partial Regex DefaultExport();

    [GeneratedRegex(@"\.(innerHTML|outerHTML)\b|\binsertAdjacentHTML\b|\bdocument\s*\.\s*write\b|\bdangerouslySetInnerHTML\b")]
    private static partial Regex Markup();

    [GeneratedRegex(@"\bNotImplementedException\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\[LoggerMessage\(\s*(EventId\s*=\s*)?(?<id>\d*)")]
    private static partial Regex LoggerMessage();

    [GeneratedRegex(@"\b(MassTransit|ConsumeContext|IBus|ISendEndpoint|ISendEndpointProvider|IPublishEndpoint)\b")]
    private static partial Regex UsesTheBus();

    [GeneratedRegex(@"\bMassTransitStateMachine<")]
    private static partial Regex IsStateMachine();

    [GeneratedRegex(@"^\s*\w+\s*=>")]
    private static partial Regex Lambda();

    // "next" is the rest of a filter's pipe: its context holds the token.
    [GeneratedRegex(@"(?<!\bnext\s*)\.\s*(Publish|Send)(Batch)?(Async)?\s*(<[^<>()]*>)?\s*\(")]
    private static partial Regex BusCall();

    [GeneratedRegex(@"\b(\w*[tT]oken|\w+\.CancellationToken)\s*$")]
    private static partial Regex Token();
}
