// Call the penguins API with types that are generated from its OpenAPI document; README.md has the commands.

import createClient from "openapi-fetch";
import type { components, paths } from "./api.d.ts";

const { URL: baseUrl = "", KEY: key = "" } = process.env;
const client = createClient<paths>({ baseUrl, headers: { "x-api-key": key } });

const penguin: components["schemas"]["Instance"] = {
  island: "Biscoe", // another island does not compile
  bill_length_mm: 47.3,
  bill_depth_mm: 15.1,
  flipper_length_mm: 216,
  eggs: 2,
  first_nest: false,
  egg_date: "2008-11-14",
};
const { data, error } = await client.POST("/predictions", { body: { instances: [penguin] } });
if (error) {
  console.error(`${error.code}: ${error.detail}`);
  process.exit(1);
}
const answer = data as components["schemas"]["PredictionResponse"]; // the API also writes CSV; openapi-fetch asks for JSON
for (const { label, probabilities } of answer.predictions) {
  console.log(label, JSON.stringify(probabilities));
}
