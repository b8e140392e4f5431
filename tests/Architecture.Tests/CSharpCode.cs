namespace EventTorrent.Architecture.Tests;

/// <summary>
/// Blanks what is not code in C# text: comments, strings of every kind and characters. What stands in the holes of
/// interpolated strings is code and stays.
/// </summary>
internal static class CSharpCode
{
    public static string Blank(string text)
    {
        var output = text.ToCharArray();
        SkipCode(text, output, 0, hole: false);
        return new string(output);
    }

    /// <returns>The offset after the code: the end of the text, or the brace that ends a hole.</returns>
    private static int SkipCode(string text, char[] output, int at, bool hole)
    {
        for (var depth = 0; at < text.Length;)
        {
            var next = Follows(text, at, "//") ? Until(text, "\n", at)
                : Follows(text, at, "/*") ? Until(text, "*/", at + 2) + 2
                : text[at] == '\'' ? SkipCharacter(text, at)
                : at;
            if (next > at)
            {
                at = Erase(output, at, next);
                continue;
            }

            if (text[at] is '"' or '$' or '@' && TrySkipString(text, output, at, out next))
            {
                at = next;
                continue;
            }

            depth += text[at] switch { '{' => 1, '}' => -1, _ => 0 };
            if (hole && depth < 0)
            {
                return at;
            }

            at++;
        }

        return at;
    }

    private static bool TrySkipString(string text, char[] output, int start, out int end)
    {
        var at = start;
        int dollars = 0;
        var verbatim = false;
        for (; at < text.Length && text[at] is '$' or '@'; at++)
        {
            dollars += text[at] == '$' ? 1 : 0;
            verbatim |= text[at] == '@';
        }

        var quotes = Run(text, at, '"');
        if (quotes == 0)
        {
            end = start;
            return false; // @identifier
        }

        var raw = quotes >= 3 && !verbatim;
        if (quotes == 2)
        {
            end = Erase(output, start, at + 2); // ""
            return true;
        }

        at = Erase(output, start, at + (raw ? quotes : 1));
        var holeBraces = raw ? dollars : Math.Min(dollars, 1);
        while (at < text.Length)
        {
            if (text[at] == '"')
            {
                var run = Run(text, at, '"');
                if (raw ? run >= quotes : !verbatim || run % 2 == 1)
                {
                    end = Erase(output, at, at + (raw ? run : verbatim ? run : 1));
                    return true;
                }

                at = Erase(output, at, at + run);
            }
            else if (text[at] == '\\' && !raw && !verbatim)
            {
                at = Erase(output, at, at + 2);
            }
            else if (text[at] == '{' && holeBraces > 0)
            {
                var run = Run(text, at, '{');
                var opens = raw ? run >= holeBraces : run % 2 == 1;
                at = Erase(output, at, at + run);
                at = opens ? SkipCode(text, output, at, hole: true) : at;
            }
            else
            {
                at = Erase(output, at, at + 1);
            }
        }

        end = at;
        return true;
    }

    private static int SkipCharacter(string text, int at) =>
        Until(text, "'", at + (Follows(text, at + 1, "\\") ? 3 : 2)) + 1;

    private static bool Follows(string text, int at, string token) => string.CompareOrdinal(text, at, token, 0, token.Length) == 0;

    private static int Until(string text, string token, int from) =>
        from < text.Length && text.IndexOf(token, from, StringComparison.Ordinal) is >= 0 and var found ? found : text.Length;

    private static int Run(string text, int at, char c)
    {
        var end = at;
        while (end < text.Length && text[end] == c)
        {
            end++;
        }

        return end - at;
    }

    private static int Erase(char[] output, int from, int to)
    {
        to = Math.Min(to, output.Length);
        for (var at = from; at < to; at++)
        {
            output[at] = output[at] is '\n' or '\r' ? output[at] : ' ';
        }

        return to;
    }
}
