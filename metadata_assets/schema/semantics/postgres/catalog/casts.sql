-- Every cast: from, to, when it is applied unasked (i always, a on assignment, e never), and
-- whether the bytes stay as they are (b).
SELECT pg_temp.named(castsource), pg_temp.named(casttarget), castcontext, castmethod
FROM pg_cast
ORDER BY 1, 2
