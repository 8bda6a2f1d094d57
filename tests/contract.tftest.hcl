# What a contract may say, what it becomes, and every contradiction beside its accepted neighbour.
# modules/contract holds no resources, so these runs need no provider.

run "text_becomes_values_of_the_features_type" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [
        { name = "n", type = "number", values = ["1", "2.5"], default = "1" },
        { name = "b", type = "boolean", default = "true" },
        { name = "c", type = "category", values = ["1", "two"] },
      ]
      columns = ["n"]
    }
  }

  assert {
    condition     = jsonencode(output.settings.features) == "[{\"default\":1,\"name\":\"n\",\"type\":\"number\",\"values\":[1,2.5]},{\"default\":true,\"name\":\"b\",\"type\":\"boolean\"},{\"name\":\"c\",\"type\":\"category\",\"values\":[\"1\",\"two\"]}]"
    error_message = jsonencode(output.settings.features)
  }
}

run "descriptions_and_examples_stay_out_of_the_settings" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number", description = "how much", example = "3" }], columns = ["x"] }
  }

  assert {
    condition     = jsonencode(output.settings.features) == "[{\"name\":\"x\",\"type\":\"number\"}]"
    error_message = jsonencode(output.settings.features)
  }
}

run "a_plain_contract_is_a_regression_by_csv" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"] }
  }

  assert {
    condition     = output.settings.payload == { content_type = "text/csv", accept = "application/json" }
    error_message = jsonencode(output.settings.payload)
  }

  assert {
    condition     = jsonencode(output.settings.output) == "{\"kind\":\"regression\",\"name\":\"prediction\",\"steps\":[]}"
    error_message = jsonencode(output.settings.output)
  }
}

run "blanks_in_columns_and_steps_do_not_matter" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "x", type = "number" }]
      columns  = [" x |standardize( 20.2 ,7.8 )"]
      output   = { steps = ["clip( 0, 10 )"] }
    }
  }

  assert {
    condition     = output.settings.columns[0] == "x|standardize(20.2,7.8)"
    error_message = output.settings.columns[0]
  }

  assert {
    condition     = output.settings.output.steps[0] == "clip(0,10)"
    error_message = output.settings.output.steps[0]
  }
}

run "the_environment_holds_the_settings" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"] }
  }

  assert {
    condition     = output.environment == base64gzip(jsonencode(output.settings))
    error_message = output.environment
  }
}

run "the_sample_request_is_made_from_the_examples" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [
        { name = "when", type = "datetime", example = "2012-12-19 17:00:00" },
        { name = "day", type = "date" },
        { name = "x", type = "number", minimum = 2 },
        { name = "n", type = "integer", values = ["7", "8"] },
        { name = "b", type = "boolean", default = "true" },
        { name = "c", type = "category", values = ["red"] },
        { name = "s", type = "string" },
      ]
      columns = ["x"]
    }
  }

  assert {
    condition     = jsonencode(output.sample_request) == "{\"instances\":[{\"features\":[\"2012-12-19 17:00:00\",\"2024-01-31\",2,7,true,\"red\",\"text\"]}]}"
    error_message = jsonencode(output.sample_request)
  }
}

run "all_faults_are_reported_at_once" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "x", type = "number", minimum = 2, maximum = 1 }, { name = "y", type = "float" }]
      columns  = ["z"]
    }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x): minimum 2 exceeds maximum 1. Swap them.\nfeatures[1] (y): type \"float\" is unknown. Set one of number, integer, boolean, category, string, date, datetime.\ncolumns[0] (\"z\"): no feature is named \"z\". Use one of x, y."
    error_message = join("\n", output.problems)
  }
}

run "a_contract_without_features_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features: empty. List the features that a client sends, in order.\ncolumns[0] (\"x\"): no feature is named \"x\". Use one of ."
    error_message = join("\n", output.problems)
  }
}

run "a_contract_without_columns_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = [] }
  }

  assert {
    condition     = join("\n", output.problems) == "columns: empty. List the columns that the model was trained on, in order, or set handler.adapter to a Python module that creates them."
    error_message = join("\n", output.problems)
  }
}

run "an_adapter_makes_the_columns_and_answers_of_any_form" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = [] }
    adapter  = true
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }

  assert {
    condition     = output.openapi.schemas.Prediction == { title = "prediction" }
    error_message = jsonencode(output.openapi.schemas.Prediction)
  }

  assert {
    condition     = output.openapi.examples.answer == null && output.openapi.examples.csv_answer == null
    error_message = "Nobody knows what an adapter answers, so there is no example of it."
  }
}

run "the_example_of_a_number_has_its_name_in_csv" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "x", type = "number" }]
      columns  = ["x"]
      output   = { name = "price" }
    }
  }

  assert {
    condition     = jsonencode(output.openapi.examples.answer) == jsonencode({ predictions = [0.75] }) && output.openapi.examples.csv_answer == "price\n0.75\n"
    error_message = jsonencode(output.openapi.examples)
  }
}

run "the_example_of_a_decision_is_a_class" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "x", type = "number" }]
      columns  = ["x"]
      output   = { kind = "binary", steps = ["threshold(0.5)"] }
    }
  }

  assert {
    condition     = jsonencode(output.openapi.examples.answer) == jsonencode({ predictions = [1] }) && output.openapi.examples.csv_answer == "prediction\n1\n"
    error_message = jsonencode(output.openapi.examples)
  }
}

run "the_example_of_a_labelled_answer_is_quoted_in_csv_where_needed" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "x", type = "number" }]
      columns  = ["x"]
      output   = { kind = "binary", labels = ["no", "yes, it is"] }
    }
  }

  assert {
    condition     = jsonencode(output.openapi.examples.answer) == jsonencode({ predictions = [{ label = "yes, it is", probability = 0.75 }] }) && output.openapi.examples.csv_answer == "prediction,probability\n\"yes, it is\",0.75\n"
    error_message = jsonencode(output.openapi.examples)
  }
}

run "the_example_of_classes_without_labels_has_a_share_for_each" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "x", type = "number" }]
      columns  = ["x"]
      output   = { kind = "multiclass" }
    }
  }

  assert {
    condition     = jsonencode(output.openapi.examples.answer) == jsonencode({ predictions = [{ label = 0, probabilities = [0.75, 0.25] }] }) && output.openapi.examples.csv_answer == "prediction,probability_0,probability_1\n0,0.75,0.25\n"
    error_message = jsonencode(output.openapi.examples)
  }
}

run "the_example_of_labelled_classes_has_a_share_for_each" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "x", type = "number" }]
      columns  = ["x"]
      output   = { kind = "multiclass", labels = ["a", "b", "c"] }
    }
  }

  assert {
    condition     = jsonencode(output.openapi.examples.answer) == jsonencode({ predictions = [{ label = "a", probabilities = [0.75, 0.25, 0] }] }) && output.openapi.examples.csv_answer == "prediction,probability_a,probability_b,probability_c\na,0.75,0.25,0\n"
    error_message = jsonencode(output.openapi.examples)
  }
}

run "a_name_with_a_blank_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "a b", type = "number" }, { name = "x", type = "number" }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (a b): the name must consist of letters, digits and underscores, must not start with a digit, and must not be \"features\", which is the key of a positional row."
    error_message = join("\n", output.problems)
  }
}

run "the_name_features_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "features", type = "number" }], columns = ["features"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (features): the name must consist of letters, digits and underscores, must not start with a digit, and must not be \"features\", which is the key of a positional row."
    error_message = join("\n", output.problems)
  }
}

run "a_name_with_an_underscore_first_is_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "_x1", type = "number" }], columns = ["_x1"] }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_name_that_yaml_made_a_boolean_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "false", type = "number" }], columns = ["false"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (false): Terraform's YAML reads n, no, off, y, yes and on as false. Put the name in \"quotes\"."
    error_message = join("\n", output.problems)
  }
}

run "values_that_yaml_made_booleans_are_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "category", values = ["false", "true"] }], columns = ["x | onehot"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x): Terraform's YAML reads n, no, off, y, yes and on as false and true. Put such values in \"quotes\", or set type boolean if you mean true and false."
    error_message = join("\n", output.problems)
  }
}

run "a_repeated_name_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }, { name = "x", type = "integer" }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[1] (x): features[0] has the same name. Give every feature a name of its own."
    error_message = join("\n", output.problems)
  }
}

run "an_unknown_type_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "float" }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x): type \"float\" is unknown. Set one of number, integer, boolean, category, string, date, datetime."
    error_message = join("\n", output.problems)
  }
}

run "every_type_is_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [
        { name = "n", type = "number" },
        { name = "i", type = "integer" },
        { name = "b", type = "boolean" },
        { name = "c", type = "category", values = ["a"] },
        { name = "s", type = "string", max_length = 9 },
        { name = "d", type = "date" },
        { name = "t", type = "datetime" },
      ]
      columns = ["n", "i", "b", "c", "s", "d.month", "t.hour"]
    }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_bound_on_a_category_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "category", values = ["a"], minimum = 0 }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x): minimum and maximum are for a number or an integer, not for a category. Remove them, or list the allowed values of a category in values."
    error_message = join("\n", output.problems)
  }
}

run "a_maximum_on_a_category_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "category", values = ["a", "b"], maximum = 3 }], columns = ["x | onehot"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x): minimum and maximum are for a number or an integer, not for a category. Remove them, or list the allowed values of a category in values."
    error_message = join("\n", output.problems)
  }
}

run "bounds_on_a_number_and_an_integer_are_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "x", type = "number", minimum = -1.5, maximum = 2 }, { name = "n", type = "integer", minimum = 0 }]
      columns  = ["x"]
    }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "bounds_in_the_wrong_order_are_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number", minimum = 2, maximum = 1 }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x): minimum 2 exceeds maximum 1. Swap them."
    error_message = join("\n", output.problems)
  }
}

run "equal_bounds_are_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number", minimum = 1, maximum = 1 }], columns = ["x"] }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_category_without_values_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "category" }], columns = ["x | onehot"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x): a category needs its values, in the order of training: values = [\"red\", \"green\"]\ncolumns[0] (\"x | onehot\"): onehot and ordinal need a feature that lists its values. Set the values of x, or remove the step."
    error_message = join("\n", output.problems)
  }
}

run "values_of_a_boolean_are_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "boolean", values = ["true"] }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x): values are for a category, a string, a number or an integer, not for a boolean. Remove them."
    error_message = join("\n", output.problems)
  }
}

run "an_empty_list_of_values_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number", values = [] }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x): values is empty, so no value would be allowed. List values, or remove it."
    error_message = join("\n", output.problems)
  }
}

run "a_repeated_value_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "integer", values = ["1", "2", "1"] }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x): values repeats 1. List each value once."
    error_message = join("\n", output.problems)
  }
}

run "nullable_with_a_default_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number", nullable = true, default = "0" }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x): nullable passes a missing value to the model, and default replaces it. Remove one of them."
    error_message = join("\n", output.problems)
  }
}

run "nullable_alone_and_a_default_alone_are_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "x", type = "number", nullable = true }, { name = "y", type = "number", default = "0" }]
      columns  = ["x"]
    }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_length_of_a_number_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number", max_length = 3 }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x): max_length is for a string, not for a number. Remove it."
    error_message = join("\n", output.problems)
  }
}

run "half_a_character_more_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "string", max_length = 1.5 }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x): max_length must be a whole number of at least 1."
    error_message = join("\n", output.problems)
  }
}

run "a_length_of_one_is_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "string", max_length = 1 }], columns = ["x"] }
  }
}

run "a_default_as_long_as_it_may_be_is_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "string", max_length = 3, default = "abc" }], columns = ["x"] }
  }
}

run "a_length_of_zero_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "string", max_length = 0 }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x): max_length must be a whole number of at least 1."
    error_message = join("\n", output.problems)
  }
}

run "an_example_that_is_no_number_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number", example = "seven" }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x).example: \"seven\" is not a number."
    error_message = join("\n", output.problems)
  }
}

run "an_example_that_is_no_integer_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "integer", example = "1.5" }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x).example: \"1.5\" is not a whole number."
    error_message = join("\n", output.problems)
  }
}

run "an_example_that_is_no_boolean_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "boolean", example = "yes" }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x).example: \"yes\" is not true or false."
    error_message = join("\n", output.problems)
  }
}

run "an_example_that_is_no_date_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "date", example = "2023-02-30" }], columns = ["x.month"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x).example: \"2023-02-30\" is not a calendar date written YYYY-MM-DD."
    error_message = join("\n", output.problems)
  }
}

run "an_example_that_is_no_datetime_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "datetime", example = "2012-12-19T17:00:00Z" }], columns = ["x.month"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x).example: \"2012-12-19T17:00:00Z\" is not a calendar date and time written \"YYYY-MM-DD HH:MM:SS\", without an offset."
    error_message = join("\n", output.problems)
  }
}

run "examples_in_every_form_of_a_moment_are_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [
        { name = "a", type = "datetime", example = "2012-12-19 17:00" },
        { name = "b", type = "datetime", example = "2012-12-19T17:00:00" },
        { name = "c", type = "datetime", example = "2012-02-29 17:00:00.25" },
        { name = "d", type = "date", example = "2012-02-29" },
      ]
      columns = ["a.hour"]
    }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_value_that_is_no_number_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number", values = ["1", "one"] }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x).values[1]: \"one\" is not a number."
    error_message = join("\n", output.problems)
  }
}

run "a_default_below_the_minimum_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number", minimum = 1, default = "0" }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x).default: 0 is below minimum 1."
    error_message = join("\n", output.problems)
  }
}

run "a_default_above_the_maximum_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number", maximum = 1, default = "2" }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x).default: 2 is above maximum 1."
    error_message = join("\n", output.problems)
  }
}

run "a_default_on_the_bound_is_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "x", type = "number", minimum = 1, maximum = 2, default = "1", example = "2" }]
      columns  = ["x"]
    }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_default_that_is_not_among_the_values_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "category", values = ["a", "b"], default = "c" }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x).default: \"c\" is not one of values (a, b)."
    error_message = join("\n", output.problems)
  }
}

run "an_example_longer_than_the_limit_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "string", max_length = 2, example = "abc" }], columns = ["x"] }
  }

  assert {
    condition     = join("\n", output.problems) == "features[0] (x).example: \"abc\" is longer than max_length 2."
    error_message = join("\n", output.problems)
  }
}

run "a_column_that_no_feature_gives_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x", "y"] }
  }

  assert {
    condition     = join("\n", output.problems) == "columns[1] (\"y\"): no feature is named \"y\". Use one of x."
    error_message = join("\n", output.problems)
  }
}

run "a_repeated_column_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x | log1p", "x|log1p"] }
  }

  assert {
    condition     = join("\n", output.problems) == "columns[1] (\"x|log1p\"): repeats column 0. List each column once."
    error_message = join("\n", output.problems)
  }
}

run "one_feature_in_two_columns_is_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x", "x | log1p"] }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_part_of_a_number_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x.hour"] }
  }

  assert {
    condition     = join("\n", output.problems) == "columns[0] (\"x.hour\"): only a date or a datetime has parts, and x is a number. Write \"x\"."
    error_message = join("\n", output.problems)
  }
}

run "an_unknown_part_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "t", type = "datetime" }], columns = ["t.week"] }
  }

  assert {
    condition     = join("\n", output.problems) == "columns[0] (\"t.week\"): a datetime has no part \"week\". Use one of year, month, day, dayofweek, dayofyear, quarter, weekofyear, hour, minute, second."
    error_message = join("\n", output.problems)
  }
}

run "a_time_of_a_date_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "d", type = "date" }], columns = ["d.hour"] }
  }

  assert {
    condition     = join("\n", output.problems) == "columns[0] (\"d.hour\"): a date has no part \"hour\". Use one of year, month, day, dayofweek, dayofyear, quarter, weekofyear."
    error_message = join("\n", output.problems)
  }
}

run "every_part_of_a_datetime_is_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "t", type = "datetime" }]
      columns  = ["t.year", "t.month", "t.day", "t.dayofweek", "t.dayofyear", "t.quarter", "t.weekofyear", "t.hour", "t.minute", "t.second"]
    }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_whole_date_as_a_column_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "d", type = "date" }], columns = ["d"] }
  }

  assert {
    condition     = join("\n", output.problems) == "columns[0] (\"d\"): a column is a part of a date, not the whole. Write for example \"d.month\"."
    error_message = join("\n", output.problems)
  }
}

run "an_unknown_step_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x | sqrt"] }
  }

  assert {
    condition     = join("\n", output.problems) == "columns[0] (\"x | sqrt\"): unknown step \"sqrt\". Use onehot, ordinal, log1p, standardize(mean, scale), sin(period) or cos(period)."
    error_message = join("\n", output.problems)
  }
}

run "a_step_without_its_number_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x | sin"] }
  }

  assert {
    condition     = join("\n", output.problems) == "columns[0] (\"x | sin\"): unknown step \"sin\". Use onehot, ordinal, log1p, standardize(mean, scale), sin(period) or cos(period)."
    error_message = join("\n", output.problems)
  }
}

run "every_step_on_a_number_is_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "x", type = "number" }]
      columns  = ["x | log1p", "x | standardize(1.5, -2)", "x | sin(24)", "x | cos(24)", "x | log1p | standardize(0, 1e-3)"]
    }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_scale_of_zero_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x | standardize(1, 0)"] }
  }

  assert {
    condition     = join("\n", output.problems) == "columns[0] (\"x | standardize(1, 0)\"): a scale of 0 would divide by zero. Remove the column: it was constant in training."
    error_message = join("\n", output.problems)
  }
}

run "a_period_of_zero_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x | cos(0)"] }
  }

  assert {
    condition     = join("\n", output.problems) == "columns[0] (\"x | cos(0)\"): a period must be above 0: 24 for hours, 7 for days of the week, 12 for months."
    error_message = join("\n", output.problems)
  }
}

run "onehot_of_a_feature_without_values_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x | onehot"] }
  }

  assert {
    condition     = join("\n", output.problems) == "columns[0] (\"x | onehot\"): onehot and ordinal need a feature that lists its values. Set the values of x, or remove the step."
    error_message = join("\n", output.problems)
  }
}

run "ordinal_after_ordinal_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "category", values = ["a", "b"] }], columns = ["x | ordinal | ordinal"] }
  }

  assert {
    condition     = join("\n", output.problems) == "columns[0] (\"x | ordinal | ordinal\"): onehot must be the only step, and ordinal the first."
    error_message = join("\n", output.problems)
  }
}

run "onehot_and_ordinal_of_listed_values_are_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "c", type = "category", values = ["a"] }, { name = "n", type = "integer", values = ["1"] }]
      columns  = ["c | onehot", "c | ordinal", "n | onehot", "c | ordinal | standardize(1, 2)"]
    }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_step_after_onehot_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "c", type = "category", values = ["a"] }], columns = ["c | onehot | log1p"] }
  }

  assert {
    condition     = join("\n", output.problems) == "columns[0] (\"c | onehot | log1p\"): onehot must be the only step, and ordinal the first."
    error_message = join("\n", output.problems)
  }
}

run "a_number_step_on_text_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "c", type = "category", values = ["a"] }], columns = ["c | log1p"] }
  }

  assert {
    condition     = join("\n", output.problems) == "columns[0] (\"c | log1p\"): c is text, and log1p needs a number. Encode a category with onehot or ordinal first."
    error_message = join("\n", output.problems)
  }
}

run "text_in_a_payload_of_numbers_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "c", type = "category", values = ["a"] }]
      columns  = ["c"]
      payload  = { content_type = "text/libsvm" }
    }
  }

  assert {
    condition     = join("\n", output.problems) == "columns[0] (\"c\"): text/libsvm supports only numbers. Write \"c | onehot\" or \"c | ordinal\"."
    error_message = join("\n", output.problems)
  }
}

run "text_in_a_payload_of_text_is_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "c", type = "category", values = ["a, b"] }]
      columns  = ["c"]
      payload  = { content_type = "application/json" }
    }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_value_that_breaks_out_of_its_csv_field_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "c", type = "category", values = ["a, b", "nan", "ok"] }], columns = ["c"] }
  }

  assert {
    condition     = join("\n", output.problems) == "columns[0] (\"c\"): \"a, b\", \"nan\" cannot be sent as one CSV field. Rename the value, or write \"c | onehot\" or \"c | ordinal\"."
    error_message = join("\n", output.problems)
  }
}

run "an_unknown_content_type_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"], payload = { content_type = "text/xml" } }
  }

  assert {
    condition     = join("\n", output.problems) == "payload.content_type: \"text/xml\" is unknown. Set one of text/csv, application/json, application/jsonlines, text/libsvm, application/x-npy."
    error_message = join("\n", output.problems)
  }
}

run "an_unknown_target_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"], payload = { targets = ["variant", "container"] } }
  }

  assert {
    condition     = join("\n", output.problems) == "payload.targets: \"container\" is unknown. Set variant, model or both."
    error_message = join("\n", output.problems)
  }
}

run "a_variant_of_an_endpoint_that_has_one_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"], payload = { targets = ["variant"] } }
    serving  = { variants = false, multi_model = false }
  }

  assert {
    condition     = join("\n", output.problems) == "payload.targets: a serverless or asynchronous endpoint has one variant. Remove \"variant\", or use capacity.instances."
    error_message = join("\n", output.problems)
  }
}

run "a_model_of_an_endpoint_that_holds_one_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"], payload = { targets = ["model"] } }
    serving  = { variants = true, multi_model = false }
  }

  assert {
    condition     = join("\n", output.problems) == "payload.targets: the endpoint serves one model. Remove \"model\", or set model.multi_model = {}."
    error_message = join("\n", output.problems)
  }
}

run "several_models_without_a_way_to_choose_are_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"], payload = { targets = ["variant"] } }
    serving  = { variants = true, multi_model = true }
  }

  assert {
    condition     = join("\n", output.problems) == "payload.targets: with model.multi_model, a request must name its model. Set targets: [model]."
    error_message = join("\n", output.problems)
  }
}

run "no_target_of_a_serverless_endpoint_is_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"] }
    serving  = { variants = false, multi_model = false }
  }
}

run "variants_and_models_are_taken_as_targets" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"], payload = { targets = ["variant", "model"] } }
    serving  = { variants = true, multi_model = true }
  }

  assert {
    condition     = output.settings.payload.targets == tolist(["model", "variant"]) && output.openapi.targets == tolist(["model", "variant"])
    error_message = jsonencode(output.settings.payload)
  }
}

run "any_target_of_an_existing_endpoint_is_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"], payload = { targets = ["model"] } }
    serving  = { variants = true, multi_model = null }
  }

  assert {
    condition     = output.settings.payload.targets == tolist(["model"]) && output.openapi.targets == tolist(["model"])
    error_message = jsonencode(output.settings.payload)
  }
}

run "a_contract_without_targets_has_no_setting_for_them" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"] }
    serving  = { variants = true, multi_model = null }
  }

  assert {
    condition     = output.settings.payload == { content_type = "text/csv", accept = "application/json" }
    error_message = jsonencode(output.settings.payload)
  }
}

run "an_unknown_accept_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"], payload = { accept = "text/html" } }
  }

  assert {
    condition     = join("\n", output.problems) == "payload.accept: \"text/html\" is unknown. Set one of application/json, application/jsonlines, text/csv, application/x-npy."
    error_message = join("\n", output.problems)
  }
}

run "an_accept_with_a_parameter_is_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "x", type = "number" }]
      columns  = ["x"]
      payload  = { accept = "application/json; verbose=true" }
    }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "an_output_name_with_a_blank_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"], output = { name = "the count" } }
  }

  assert {
    condition     = join("\n", output.problems) == "output.name: \"the count\" must consist of letters, digits and underscores and must not start with a digit."
    error_message = join("\n", output.problems)
  }
}

run "an_unknown_kind_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"], output = { kind = "ranking" } }
  }

  assert {
    condition     = join("\n", output.problems) == "output.kind: \"ranking\" is unknown. Set regression, binary or multiclass."
    error_message = join("\n", output.problems)
  }
}

run "an_unknown_output_step_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "x", type = "number" }]
      columns  = ["x"]
      output   = { steps = ["expm1", "floor", "round(1.5)"] }
    }
  }

  assert {
    condition     = join("\n", output.problems) == "output.steps: \"floor\", \"round(1.5)\" is unknown. Use expm1, exp, sigmoid, softmax, clip(lowest, highest), round(decimals) or threshold(limit)."
    error_message = join("\n", output.problems)
  }
}

run "every_output_step_is_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "x", type = "number" }]
      columns  = ["x"]
      output   = { kind = "binary", steps = ["expm1", "exp", "sigmoid", "clip(0, 1)", "round(2)", "threshold(0.5)"] }
    }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_clip_with_its_bounds_exchanged_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"], output = { steps = ["clip(2, 1)"] } }
  }

  assert {
    condition     = join("\n", output.problems) == "output.steps: clip(lowest, highest) needs the lower bound first."
    error_message = join("\n", output.problems)
  }
}

run "softmax_of_a_single_number_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"], output = { kind = "binary", steps = ["softmax"] } }
  }

  assert {
    condition     = join("\n", output.problems) == "output.steps: softmax turns the scores of several classes into probabilities. Set kind multiclass, or use sigmoid for a binary model."
    error_message = join("\n", output.problems)
  }
}

run "softmax_of_several_classes_is_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "x", type = "number" }]
      columns  = ["x"]
      output   = { kind = "multiclass", steps = ["softmax"], labels = ["a", "b", "c"] }
    }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}

run "a_threshold_of_a_regression_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"], output = { steps = ["threshold(0.5)"] } }
  }

  assert {
    condition     = join("\n", output.problems) == "output.steps: threshold decides between two classes. Set kind binary, or remove it."
    error_message = join("\n", output.problems)
  }
}

run "a_clip_to_one_value_is_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"], output = { steps = ["clip(1, 1)"] } }
  }
}

run "labels_of_a_regression_are_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"], output = { labels = ["a", "b"] } }
  }

  assert {
    condition     = join("\n", output.problems) == "output.labels: a regression has no classes. Set kind binary or multiclass, or remove the labels."
    error_message = join("\n", output.problems)
  }
}

run "three_labels_of_a_binary_model_are_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "x", type = "number" }]
      columns  = ["x"]
      output   = { kind = "binary", labels = ["a", "b", "c"] }
    }
  }

  assert {
    condition     = join("\n", output.problems) == "output.labels: a binary model has two labels, that of class 0 first."
    error_message = join("\n", output.problems)
  }
}

run "one_label_of_a_multiclass_model_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"], output = { kind = "multiclass", labels = ["a"] } }
  }

  assert {
    condition     = join("\n", output.problems) == "output.labels: a multiclass model has at least two labels, in the order of its classes."
    error_message = join("\n", output.problems)
  }
}

run "two_labels_of_a_multiclass_model_are_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"], output = { kind = "multiclass", steps = ["softmax"], labels = ["a", "b"] } }
  }
}

run "a_repeated_label_is_refused" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = { features = [{ name = "x", type = "number" }], columns = ["x"], output = { kind = "binary", labels = ["a", "a"] } }
  }

  assert {
    condition     = join("\n", output.problems) == "output.labels: each label must be different."
    error_message = join("\n", output.problems)
  }
}

run "two_labels_of_a_binary_model_are_taken" {
  command = plan

  module {
    source = "./modules/contract"
  }

  variables {
    contract = {
      features = [{ name = "x", type = "number" }]
      columns  = ["x"]
      output   = { kind = "binary", labels = ["no", "yes"] }
    }
  }

  assert {
    condition     = length(output.problems) == 0
    error_message = join("\n", output.problems)
  }
}
