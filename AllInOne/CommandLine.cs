using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace EventTorrent.AllInOne;

/// <summary>How every command answers to what a person types.</summary>
internal static class CommandLine
{
    public const int Usage = 2;

    /// <summary>Above what the host takes to stop: it ends running work in order.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(30);

    /// <summary>Runs the command that the arguments name; what can't be understood is one line each and exit code 2.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        if (parsed.Errors.Count == 0)
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = LongestStop });
        }

        foreach (var error in parsed.Errors)
        {
            await Console.Error.WriteLineAsync(error.Message);
        }

        await Console.Error.WriteLineAsync("See --help.");
        return Usage;
    }

    /// <summary>A word that means nothing here. While the root command hands unknown options on to the configuration, its commands see them too.</summary>
    public static async Task<int> RefuseAsync(string word)
    {
        await Console.Error.WriteLineAsync($"'{word}' is no command or option. See --help.");
        return Usage;
    }

    /// <summary>An option that takes a whole number from a range.</summary>
    public static Option<int> Number(string name, string description, int least, int most, int @default, params string[] aliases) =>
        new(name, aliases)
        {
            Description = $"{description}, {least} to {most}.",
            DefaultValueFactory = _ => @default,
            CustomParser = result => Parse(result, name, least, most),
        };

    private static int Parse(ArgumentResult result, string name, int least, int most)
    {
        if (result.Tokens is [var token]
            && int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
        {
            return number;
        }

        result.AddError($"{name} must be a whole number from {least} to {most}.");
        return 0;
    }
}
